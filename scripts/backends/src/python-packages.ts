/** Python packages that serve one purpose, pinned for one or more ranges of Python versions. */
export interface PythonPackages {
  /** What the person in front of the machine reads while it is installed, with its size: "LocalStack (220 MB)". */
  readonly title: string;
  /** The most wanted first; each has every version and every hash pinned. */
  readonly locks: readonly PythonLock[];
}

export interface PythonLock {
  readonly file: string;
  readonly minimum: PythonVersion;
}

export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
}

export function isAtLeast(version: PythonVersion, minimum: PythonVersion): boolean {
  return version.major === minimum.major ? version.minor >= minimum.minor : version.major > minimum.major;
}
