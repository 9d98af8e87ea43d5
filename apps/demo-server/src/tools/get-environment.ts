import { z } from 'zod';
import { type Upstream, upstreamNames } from '../upstream.ts';
import { defineTool } from './tool.ts';

/** The settings that MCP_ENV chooses. */
export interface Environment {
  readonly name: string;
  readonly debug: boolean;
  readonly api: Upstream;
}

export function getEnvironment(environment: Environment, upstreams: readonly Upstream[]) {
  return defineTool({
    name: 'get_environment',
    title: 'Get environment',
    description: 'Tells which environment the server runs in, and whether its upstreams are live or sandboxed.',
    input: z.object({}),
    output: z.object({
      environment: z.string(),
      debug: z.boolean(),
      apiBaseUrl: z.string(),
      upstreams: z.record(z.enum(upstreamNames), z.enum(['sandbox', 'live'])),
    }),
    openWorld: false,
    run() {
      const modes = Object.fromEntries(upstreams.map(({ name, mode }) => [name, mode] as const));
      return {
        text: `Running in ${environment.name} mode`,
        data: {
          environment: environment.name,
          debug: environment.debug,
          apiBaseUrl: environment.api.baseUrl,
          upstreams: modes as Record<Upstream['name'], Upstream['mode']>,
        },
      };
    },
  });
}
