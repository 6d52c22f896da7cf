/** A child that says what it is told to, and tells what it sees: `subscribe`, `publish VALUE`. */
import { createParentTopic } from './parent-topic.ts'
import { silentLogger } from './topic.support.ts'

const topic = createParentTopic({ topic: 'words', logger: silentLogger })
const tell = (message: string): void => void process.send?.(message)

process.on('message', (message) => {
  if (message === 'subscribe')
    void topic.subscribe((value) => tell(`saw ${value}`)).then(() => tell('subscribed'))
  else if (message === 'close') void topic.close().then(() => process.disconnect())
  else if (typeof message === 'string')
    void topic.publish(message).then(() => tell(`said ${message}`))
})
