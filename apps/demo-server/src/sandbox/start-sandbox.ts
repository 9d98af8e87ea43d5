import { randomBytes } from 'node:crypto';
import type { Upstream, UpstreamName } from '../upstream.ts';
import { exampleService } from './example-service.ts';
import { githubService } from './github-service.ts';
import { openaiService } from './openai-service.ts';
import { serveService } from './serve-service.ts';

export interface Sandbox extends AsyncDisposable {
  /**
   * The stand-in for an upstream whose real key lives in `variable`. Its own key lives in `SANDBOX_<variable>`,
   * so a real key is never sent here; where that is unset, a random one is put there. With `path`: the key of that
   * path alone, which takes no other.
   */
  standIn(name: UpstreamName, variable: string, path?: string): Upstream;
  /** What a service does around a rotation: from here on exactly these keys are accepted, at `path` or everywhere else. */
  accept(name: UpstreamName, keys: readonly string[], path?: string): void;
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
    standIn(name, liveVariable, path) {
      const variable = `SANDBOX_${liveVariable}`;
      env[variable] ||= `sandbox-${name}-${randomBytes(24).toString('base64url')}`;
      services[name].accept([env[variable]], path);
      return { name, mode: 'sandbox', baseUrl: services[name].baseUrl, variable };
    },
    accept: (name, keys, path) => services[name].accept(keys, path),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(services).map((service) => service[Symbol.asyncDispose]()));
    },
  };
}
