import { z } from 'zod';
import { callUpstream, type UpstreamClient } from './call-upstream.ts';
import { line } from './input.ts';
import { defineTool } from './tool.ts';

export function fetchData(api: UpstreamClient) {
  return defineTool({
    name: 'fetch_data',
    title: 'Fetch data',
    description: 'Searches the records of the example API.',
    input: z.object({ query: line(200).describe('Words to search for') }),
    output: z.object({ data: z.unknown() }),
    openWorld: true,
    async run({ query }, signal) {
      const data = await callUpstream(api, `/data?${new URLSearchParams({ q: query })}`, { signal });
      return { text: JSON.stringify(data), data: { data } };
    },
  });
}
