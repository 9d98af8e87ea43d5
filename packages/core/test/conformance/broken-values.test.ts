import { wrongCredentials } from './broken-values.ts';
import { findsBrokenSources } from './expect-failures.ts';

await findsBrokenSources(wrongCredentials);
