import { find, setNotice } from './dom.ts'

/** The administrator's token of this tab. */
export interface Session {
  /** The token; waits for the person when there is none. */
  token(): Promise<string>
  /** `token` was not taken by the gateway: another one is asked for. */
  refuse(token: string): void
}

const key = 'vedette.token'

/** Takes the token out of the address (`#token=…`), so that it is neither bookmarked nor shared. */
export function openSession(): Session {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given) {
    sessionStorage.setItem(key, given)
    history.replaceState(null, '', location.pathname + location.search)
  }
  let asked: Promise<string> | undefined

  return {
    async token() {
      const kept = sessionStorage.getItem(key)
      if (kept) return kept
      asked ??= askPerson().finally(() => (asked = undefined))
      return asked
    },
    refuse(token) {
      if (sessionStorage.getItem(key) !== token) return
      sessionStorage.removeItem(key)
      setNotice(find('sign-in-error'), 'ERR_UNAUTHORIZED: the gateway does not know this token')
    },
  }
}

function askPerson(): Promise<string> {
  const dialog = find<HTMLDialogElement>('sign-in')
  const input = find<HTMLInputElement>('token')
  return new Promise((resolve) => {
    dialog.oncancel = (event) => event.preventDefault()
    dialog.onsubmit = (event) => {
      event.preventDefault()
      sessionStorage.setItem(key, input.value.trim())
      setNotice(find('sign-in-error'), undefined)
      input.value = ''
      dialog.close()
      resolve(sessionStorage.getItem(key) ?? '')
    }
    dialog.showModal()
  })
}
