import { randomBytes } from 'node:crypto';
import type { Upstream, UpstreamName } from '../upstream.ts';
import { exampleService } from './example-service.ts';
import { githubService } from './github-service.ts';
import { openaiService } from './openai-service.ts';
import { serveService } from './serve-service.ts';

export interface Sandbox extends AsyncDisposable {
  /**
   * The stand-in for an upstream whose real key lives in `variable`. Its own key lives in `SANDBOX_<variable>`,
   * so a real key is never sent here; where that is unset, a random one is put there.
   */
  standIn(name: UpstreamName, variable: string): Upstream;
}

/**
 * Starts the stand-ins of all upstreams on loopback, each on an origin of its own, each refusing any key but its own.
 * The keys are put into `env`, for `envSource` to read them there.
 */
export async function startSandbox(env: Record<string, string | undefined>): Promise<Sandbox> {
  const [github, openai, example] = await Promise.all([
    serveService(githubService),
    serveService(openaiService),
    serveService(exampleService),
  ]);
  const services = { github, openai, example };
  return {
    standIn(name, liveVariable) {
      const variable = `SANDBOX_${liveVariable}`;
      env[variable] ||= `sandbox-${name}-${randomBytes(24).toString('base64url')}`;
      services[name].accept(env[variable]);
      return { name, mode: 'sandbox', baseUrl: services[name].baseUrl, variable };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(services).map((service) => service[Symbol.asyncDispose]()));
    },
  };
}
