/** The names of what belongs to one bucket of an installation. */
export interface BucketNames {
  readonly bucket: string;
  readonly stream: string;
  /** Where entries are written. */
  entry(key: string): string;
  /** Where entries pass by once they are written. */
  change(key: string): string;
}

/** @param kind what the bucket holds */
export function bucketNames(namespace: string, kind: string): BucketNames {
  const bucket = `${namespace}-${kind}`;
  return {
    bucket,
    stream: `KV_${bucket}`,
    entry: (key) => `$KV.${bucket}.${key}`,
    change: (key) => `${namespace}.bucket.${kind}.${key}`,
  };
}
