import { z } from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import { callUpstream, type UpstreamClient } from './call-upstream.ts';
import { prose } from './input.ts';
import { defineTool } from './tool.ts';

const MODEL = 'gpt-4o-mini';

/** The part of https://platform.openai.com/docs/api-reference/chat that is used. */
const completion = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

export function aiSummarize(openai: UpstreamClient) {
  return defineTool({
    name: 'ai_summarize',
    title: 'Summarize',
    description: `Summarizes a text with OpenAI's ${MODEL}.`,
    input: z.object({ text: prose(20_000).describe('The text to summarize') }),
    output: z.object({ summary: z.string() }),
    openWorld: true,
    async run({ text }, signal) {
      const answer = completion.safeParse(
        await callUpstream(openai, '/v1/chat/completions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: `Summarize: ${text}` }] }),
          signal,
        }),
      );
      const summary = answer.data?.choices[0]?.message.content;
      if (summary === undefined) throw new ToolFailure('invalid_response', 'openai answered in an unknown form');
      return { text: summary, data: { summary } };
    },
  });
}
