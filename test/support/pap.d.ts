import type { Topic } from '../../gateway/src/kafka/topic.ts';
import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts';
/** Sends what ONAP's PAP sends, as the test says, and reads every PDP_STATUS. */
export interface TestPap {
    /** Everything that a PDP said, the oldest first. */
    readonly statuses: readonly PdpStatus[];
    /** Sends a request with the members every one has, unless it says otherwise; resolves with the answer to it. */
    ask(request: object): Promise<PdpStatus>;
    update(members: object): Promise<PdpStatus>;
    become(state: 'ACTIVE' | 'PASSIVE'): Promise<PdpStatus>;
    /** The first status for which `is` holds, among those after `from`. */
    heard(is: (status: PdpStatus) => boolean, from?: number): Promise<PdpStatus>;
    /** What a PAP does with a new PDP: everything, ACTIVE, and an update without content. */
    welcome(policies: readonly object[], heartbeatIntervalMs?: number): Promise<readonly PdpStatus[]>;
    close(): Promise<void>;
}
/** A PAP on a real broker. */
export declare function openPap(broker: string, topicName: string): Promise<TestPap>;
export declare function openPapOn(topic: Topic): Promise<TestPap>;
