interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly is_referenced: boolean;
  readonly filename?: string | null;
}

/** The watchers that this process has open on `directory`, as libuv lists them. */
export function openWatchers(directory: string): readonly Handle[] {
  if (process.report === undefined) throw new Error('this Node makes no reports');
  Object.assign(process.report, { excludeNetwork: true }); // else it asks the name service for every connection
  const { libuv } = process.report.getReport() as { readonly libuv: readonly Handle[] };
  return libuv.filter(({ type, is_active, filename }) => type === 'fs_event' && is_active && filename === directory);
}
