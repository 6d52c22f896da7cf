/** What a child process and the launcher that is its topic say to each other. Requests are answered, records are not. */
export type TopicRequest =
  | {
      readonly kind: 'topic:publish'
      readonly id: number
      readonly topic: string
      readonly value: string
    }
  | { readonly kind: 'topic:subscribe'; readonly id: number; readonly topic: string }

export type TopicReply =
  | { readonly kind: 'topic:done'; readonly id: number }
  | { readonly kind: 'topic:record'; readonly topic: string; readonly value: string }

/** The channel may carry other people's messages too. */
export const isTopicRequest = (message: unknown): message is TopicRequest =>
  hasKind(message) && (message.kind === 'topic:publish' || message.kind === 'topic:subscribe')

export const isTopicReply = (message: unknown): message is TopicReply =>
  hasKind(message) && (message.kind === 'topic:done' || message.kind === 'topic:record')

const hasKind = (message: unknown): message is { kind: unknown } =>
  typeof message === 'object' && message !== null && 'kind' in message
