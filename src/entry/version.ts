// The version stands in package.json; this copy is what the bundle carries (a test holds them equal).

export const VERSION = '0.1.0';
export const TOOL = `pg-backup-action ${VERSION}`;
