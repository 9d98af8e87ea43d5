import { z } from 'zod';
import { type CredentialRow, credentialTable } from '../credential-table.ts';
import { defineTool } from './tool.ts';

const row = z.object({
  name: z.string(),
  description: z.string(),
  source: z.string(),
  origin: z.object({ adapter: z.string(), reference: z.string() }).optional(),
  state: z.string(),
  failures: z.number(),
  ageMs: z.number().optional(),
  version: z.string().optional(),
  expiresAt: z.string().optional(),
  nextRefreshAt: z.string().optional(),
  lastError: z.string().optional(),
});

export function credentialStatus(rows: () => CredentialRow[]) {
  return defineTool({
    name: 'credential_status',
    title: 'Credential status',
    description: 'Tells how the credentials of this server are doing, without any value.',
    input: z.object({}),
    output: z.object({ credentials: z.array(row) }),
    openWorld: false,
    run() {
      const credentials = rows();
      return { text: credentialTable(credentials), data: { credentials } };
    },
  });
}
