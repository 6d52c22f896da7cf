import { createKeys, openIn, tosca, update } from './catalog.support.ts'

/** Writes until it is killed, and tells each write on a line once it was acknowledged. */
const { catalog } = await openIn(process.argv[2] ?? '', await createKeys())
for (let n = 1; ; n++) {
  await catalog.apply(update({ deploy: [tosca(`p${n}`, { data: { [`node.p${n}`]: '{}' } })] }))
  await catalog.putData({ id: `update ${n}`, writes: [{ path: ['node', `p${n}`, 'x'], value: n }] })
  await catalog.setState(n % 2 === 0 ? 'ACTIVE' : 'SAFE')
  process.stdout.write(`${n} ${catalog.head()?.head.sequence}\n`)
}
