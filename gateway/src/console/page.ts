import { messageOf } from '@vedette/core/errors'

import { createAsk } from './ask.ts'
import { createDataView } from './data-view.ts'
import { createDecideView } from './decide-view.ts'
import { find, setNotice } from './dom.ts'
import { createFleetView } from './fleet-view.ts'
import { keepForReload } from './offline.ts'
import { createPlaces } from './places.ts'
import { loadConfig, loadSdk, startReplica } from './replica.ts'
import { openSession } from './session.ts'
import { showStanding } from './standing-view.ts'

const pollMs = 1000

/** The operator's page: what is in force, how every replica is, and one question at three places. */
async function main(): Promise<void> {
  const ask = createAsk(openSession())
  const [sdk, config] = await Promise.all([loadSdk(), loadConfig()])
  const replica = startReplica(sdk, config, ask)
  const places = createPlaces({ sdk, replica, ask, workers: config.workers })
  const data = createDataView({ sdk, replica, ask })
  const decide = createDecideView({
    sdk,
    places,
    replica,
    ask,
    onEntrypoint: (name) => data.suggest(name),
  })
  const fleet = createFleetView(ask, replica)

  const refresh = (): void => {
    showStanding(replica)
    decide.refresh()
    data.refresh()
    fleet.refresh()
  }
  replica.onStatus(refresh)
  refresh()
  await forEver(() => (document.hidden ? Promise.resolve() : fleet.poll()))
}

async function forEver(step: () => Promise<void>): Promise<never> {
  for (;;) {
    await step()
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

function tell(error: unknown): void {
  setNotice(find('page-error'), messageOf(error))
}

// Absent outside a secure context, where the page works as long as the gateway does.
if (navigator.serviceWorker) keepForReload().catch(tell)
main().catch(tell)
