// npm run build: compiles the sources and bundles the page, whatever their age.
import { build } from './setup.mjs'

build()
