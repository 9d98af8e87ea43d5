import { join } from 'node:path';

/** Holds everything that is downloaded or written while backends run; git ignores it. */
export const CACHE_FOLDER = join(import.meta.dirname, '..', '..', '..', '.cache', 'backends');
