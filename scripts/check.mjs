// npm run check: everything that must hold before a change lands.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, setUp } from './setup.mjs'

setUp()
step('format and lint', 'npx', ['biome', 'ci', '--error-on-warnings', '.'])
step('types of tests and tools', 'npx', ['tsc', '-p', 'tsconfig.test.json'])
step('unused code and dependencies', 'npx', ['knip'])
step('tests', 'npm', ['test'])
packed()

function step(title, command, args) {
  console.log(`\n== ${title}`)
  run(command, args)
}

/** What users install is what is checked: the packed package, not the folder. */
function packed() {
  console.log('\n== the packed package')
  const folder = mkdtempSync(join(tmpdir(), 'postern-pack-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder])
  const [file = ''] = readdirSync(folder)
  run('npx', ['publint', '--strict', join(folder, file)])
  run('npx', ['attw', '--profile', 'esm-only', join(folder, file)])
}
