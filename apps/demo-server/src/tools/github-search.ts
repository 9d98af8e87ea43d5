import { z } from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import { callUpstream, type UpstreamClient } from './call-upstream.ts';
import { line } from './input.ts';
import { defineTool } from './tool.ts';

const MAX_RESULTS = 10;

/** The part of https://docs.github.com/en/rest/search/search#search-repositories that is used. */
const searchAnswer = z.object({
  total_count: z.number(),
  items: z.array(
    z.object({
      full_name: z.string(),
      description: z.string().nullable(),
      stargazers_count: z.number(),
      html_url: z.string(),
    }),
  ),
});

const repository = z.object({ name: z.string(), description: z.string(), stars: z.number(), url: z.string() });

export function githubSearch(github: UpstreamClient) {
  return defineTool({
    name: 'github_search',
    title: 'Search GitHub',
    description: `Searches GitHub repositories; gives the first ${MAX_RESULTS}.`,
    input: z.object({ query: line(256).describe('A GitHub search query') }),
    output: z.object({ total: z.number(), repositories: z.array(repository) }),
    openWorld: true,
    async run({ query }, signal) {
      const parameters = new URLSearchParams({ q: query, per_page: String(MAX_RESULTS) });
      const answer = searchAnswer.safeParse(
        await callUpstream(github, `/search/repositories?${parameters}`, { signal }),
      );
      if (!answer.success) throw new ToolFailure('invalid_response', 'github answered in an unknown form');
      const repositories = answer.data.items.slice(0, MAX_RESULTS).map(toRepository);
      return { text: toText(repositories), data: { total: answer.data.total_count, repositories } };
    },
  });
}

function toRepository(item: z.infer<typeof searchAnswer>['items'][number]): z.infer<typeof repository> {
  return {
    name: item.full_name,
    description: item.description ?? '',
    stars: item.stargazers_count,
    url: item.html_url,
  };
}

function toText(repositories: readonly z.infer<typeof repository>[]): string {
  if (repositories.length === 0) return 'No repository matches.';
  return repositories.map(({ name, stars, description }) => `${name} (${stars} stars): ${description}`).join('\n');
}
