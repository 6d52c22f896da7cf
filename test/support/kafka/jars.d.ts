/** The class path of a Kafka broker; Maven fetches it once into the user's cache. */
export declare function findKafkaJars(): Promise<string>;
