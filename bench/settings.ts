/** What every benchmark issues and posts with. */
export const BUCKET = 'bench-bucket'
export const REGION = 'cn-hangzhou'
export const CREDENTIAL = { accessKeyId: 'bench-key-id', accessKeySecret: 'bench-key-secret-of-thirty-chars' }
export const FIXED_NOW = new Date('2026-01-02T03:04:05.000Z')
