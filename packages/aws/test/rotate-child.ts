import { secretsManager } from '../src/index.ts';
import { rotateKeys } from './rotate-keys.ts';

/** A process that rotates one secret, to be killed at it. The environment says where and as whom. */
const [endpoint = '', id = '', keys = ''] = process.argv.slice(2);
await rotateKeys(secretsManager({ endpoint, region: 'us-east-1' }).rotationStore(id), keys);
