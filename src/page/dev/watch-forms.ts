import { parseUploadForm, type UploadForm } from '../../form/upload-form.ts'

/** The browser's `fetch`, that shows each form which the issuer answers. */
export function watchForms(onForm: (form: UploadForm) => void): typeof fetch {
  return async (...request) => {
    const response = await fetch(...request)
    if (response.ok && /\/uploads$/.test(response.url)) void showForms(response.clone(), onForm)
    return response
  }
}

async function showForms(response: Response, onForm: (form: UploadForm) => void): Promise<void> {
  for (const form of formsOf(await response.json().catch(() => undefined))) onForm(form)
}

/** Of one file, or of many; what is a problem, or no form, is left out. */
function formsOf(answer: unknown): UploadForm[] {
  if (typeof answer !== 'object' || answer === null) return []
  const uploads = 'uploads' in answer && Array.isArray(answer.uploads) ? answer.uploads : [answer]
  return uploads.flatMap((upload: unknown) => {
    try {
      return parseUploadForm(upload)
    } catch {
      return []
    }
  })
}
