import type { CredentialProvider } from '@keyturn/core';
import { z } from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import { callUpstream, type UpstreamClient } from './call-upstream.ts';
import { defineTool } from './tool.ts';

const operation = z.object({ status: z.literal('done') });

/** `key` is the credential that the client carries; it is asked where it came from. */
export function secureOperation(api: UpstreamClient, key: CredentialProvider) {
  return defineTool({
    name: 'secure_operation',
    title: 'Secure operation',
    description: 'Performs an operation of the example API, and tells where the key for it came from.',
    input: z.object({}),
    output: z.object({ result: z.string(), key: z.object({ adapter: z.string(), reference: z.string() }) }),
    openWorld: true,
    readOnly: false,
    async run(_input, signal) {
      // Asked first: nothing may fail once the operation is done.
      const { adapter, reference } = (await key.get({ signal })).origin;
      const answer = operation.safeParse(await callUpstream(api, '/operations', { method: 'POST', signal }));
      if (!answer.success) throw new ToolFailure('invalid_response', 'example answered in an unknown form');
      return { text: `Done\nThe key came from ${reference}`, data: { result: 'Done', key: { adapter, reference } } };
    },
  });
}
