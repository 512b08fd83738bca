// npm start: sets this checkout up, then runs `postern dev` with whatever follows `npm start --`.
import { join } from 'node:path'
import { ROOT, setUp } from './setup.mjs'

setUp()
process.argv = [process.execPath, join(ROOT, 'dist', 'cli', 'main.js'), 'dev', ...process.argv.slice(2)]
await import('../dist/cli/main.js')
