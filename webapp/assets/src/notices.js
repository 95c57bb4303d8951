// Notices on this device: asked for by a click and never before, and the state that the browser is in is shown.
const form = document.querySelector('form[data-push]')
const { key, worker } = form.dataset
const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

function show (state) {
  form.dataset.state = state
  for (const part of form.querySelectorAll('[data-when]')) {
    part.hidden = part.dataset.when !== state && !(state === 'failed' && part.dataset.when === 'off')
  }
}

const packed = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

async function digest (text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

async function present () {
  const registration = await navigator.serviceWorker.getRegistration(worker)
  return await registration?.pushManager.getSubscription() ?? null
}

async function look () {
  if (!able) return show('unknown')
  if (Notification.permission === 'denied') return show('denied')
  const subscription = await present()
  const row = subscription && document.querySelector(`[data-device="${await digest(subscription.endpoint)}"]`)
  if (row) row.querySelector('[data-this]').hidden = false
  show(row && packed(subscription.options.applicationServerKey) === key ? 'on' : 'off')
}

async function subscribe () {
  const registration = await navigator.serviceWorker.register(worker)
  await activated(registration)
  const known = await registration.pushManager.getSubscription()
  if (known && packed(known.options.applicationServerKey) !== key) await known.unsubscribe()
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

function activated (registration) {
  const begun = registration.installing ?? registration.waiting
  if (registration.active || !begun) return Promise.resolve()
  return new Promise((resolve, reject) => begun.addEventListener('statechange', () => {
    if (begun.state === 'activated') resolve()
    if (begun.state === 'redundant') reject(new Error('the worker was not installed'))
  }))
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  if (await Notification.requestPermission() !== 'granted') return show(Notification.permission === 'denied' ? 'denied' : 'off')
  try {
    const { endpoint, keys } = (await subscribe()).toJSON()
    form.elements.endpoint.value = endpoint
    form.elements.p256dh.value = keys.p256dh
    form.elements.auth.value = keys.auth
    form.submit()
  } catch { // no push service answers this browser
    show('failed')
  }
})

for (const removal of document.querySelectorAll('form[data-remove]')) {
  removal.addEventListener('submit', async event => {
    if (removal.closest('[data-device]').querySelector('[data-this]').hidden) return
    event.preventDefault()
    try {
      await (await present())?.unsubscribe()
    } finally { // the browser may keep its half: nothing is sent to it any more
      removal.submit()
    }
  })
}

look()
