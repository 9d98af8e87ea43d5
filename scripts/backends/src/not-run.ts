/** Starts the note of a test that skipped itself because its backend could not be had; the reason follows. */
export const NOT_RUN = 'not run: ';
