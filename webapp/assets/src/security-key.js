// A form with data-security-key asks for a key (WebAuthn) when it is sent, and goes out with the key's answer.
for (const form of document.querySelectorAll('form[data-security-key]')) {
  const failed = form.querySelector('[data-failed]')
  let asking = false // a second press while the browser asks is none; at once after a refusal it is one
  form.addEventListener('submit', async event => {
    if (form.elements.credential.value) return
    event.preventDefault()
    if (asking) return
    asking = true
    failed.hidden = true
    try {
      const options = JSON.parse(form.dataset.options)
      const answer = form.dataset.securityKey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      form.elements.credential.value = JSON.stringify(answer.toJSON())
      form.submit()
    } catch { // refused, taken away, or a browser that knows no keys
      failed.hidden = false
    } finally {
      asking = false
    }
  })
}
