import type { Secret } from '@keyturn/core';
import { type SourceHarness, sourceConformance } from '@keyturn/core/conformance';
import { afterAll, describe, test } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { useEmptyMachine } from './empty-machine.ts';
import { scriptedAgent } from './scripted-agent.ts';

const agent = await scriptedAgent();
afterAll(() => agent[Symbol.asyncDispose]());
useEmptyMachine();

const harness: SourceHarness<Secret> = {
  name: 'aws / agent (scripted server)',
  backend: agent.origin,
  secrets: [agent.token],
  source: (item, address) => secretsManager({ backend: 'agent', endpoint: address, token: agent.token }).secret(item),
  serve: async (item, value) => void agent.put(item, value),
  unconfigured: () => secretsManager({ backend: 'agent', endpoint: agent.origin }).secret('app/database'),
  states: {
    async denied(item) {
      const allow = agent.refuse(item, 'AccessDeniedException');
      return async () => allow();
    },
  },
  replies: { unauthenticated: { status: 403, body: 'Bad Token %s' } },
  inapplicable: { lease: 'Secrets Manager stores values and mints none' },
};

sourceConformance({ describe, test }, harness);
