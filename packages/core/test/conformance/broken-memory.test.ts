import { wrongMemories } from './broken-memory.ts';
import { findsBrokenSources } from './expect-failures.ts';

await findsBrokenSources(wrongMemories);
