import { z } from 'zod';
import type { Service } from './answer.ts';

const chatRequest = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
});

/** `POST /v1/chat/completions`, as in https://platform.openai.com/docs/api-reference/chat */
export const openaiService: Service = {
  answer({ method, url, body }) {
    if (method !== 'POST' || url.pathname !== '/v1/chat/completions') {
      return { status: 404, body: { error: { message: `Invalid URL (${method} ${url.pathname})` } } };
    }
    const request = chatRequest.safeParse(parseJson(body));
    if (!request.success) return { status: 400, body: { error: { message: 'Invalid request body' } } };
    return { status: 200, body: completion(request.data) };
  },
  refuse: (authorization) => ({
    error: { message: `Incorrect API key provided: ${authorization}`, code: 'invalid_api_key' },
  }),
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is answered as any other request that breaks the schema.
    return undefined;
  }
}

function completion({ model, messages }: z.infer<typeof chatRequest>) {
  const content = firstSentence(messages.at(-1)?.content ?? '');
  return {
    id: 'chatcmpl-sandbox',
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  };
}

/** As much of a summary as can be had without a model. */
function firstSentence(prompt: string): string {
  const text = prompt.replace(/^Summarize:\s*/, '').trim();
  return /^.{1,200}?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text.slice(0, 200);
}
