import { withObjects } from '../../src/cli/dev-objects.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Page as UploadPage } from '../../src/issuer/page.ts'
import type { Route } from '../../src/issuer/route.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { BUCKET, CREDENTIAL, openSite, REGION, type Site } from './site.ts'

/** The page before an issuer with these routes; what `postern dev` adds is there as well. */
export function openPageSite(page: UploadPage, routes: Readonly<Record<string, Route>>): Promise<Site> {
  return openSite(async ({ bucketUrl }) => {
    const storage = oss({ bucket: BUCKET, url: bucketUrl, region: REGION, credential: CREDENTIAL })
    return withObjects(createIssuer({ storage, routes, authorize: 'public', page }), storage)
  })
}
