// npm run bench: sets this checkout up, then measures the built package.
import { join } from 'node:path'
import { run, setUp } from './setup.mjs'

setUp()
run(process.execPath, ['--import', 'tsx', join('bench', 'main.ts'), ...process.argv.slice(2)])
