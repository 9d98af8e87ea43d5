import { wrongFailures } from './broken-failures.ts';
import { findsBrokenSources } from './expect-failures.ts';

await findsBrokenSources(wrongFailures);
