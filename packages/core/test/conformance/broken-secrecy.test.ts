import { leaks } from './broken-secrecy.ts';
import { findsBrokenSources } from './expect-failures.ts';

await findsBrokenSources(leaks);
