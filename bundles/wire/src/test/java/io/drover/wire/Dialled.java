package io.drover.wire;

import java.util.ArrayList;
import java.util.List;

/** Accepts streams and lets the test hold them. */
final class Dialled implements StreamAcceptor {

    final List<TunnelStream> streams = new ArrayList<>();
    final Recorder recorder = new Recorder();
    DialFailure refuseWith;
    boolean answers = true;

    @Override
    public boolean permit(String network, String address) {
        return network.equals("tcp");
    }

    @Override
    public void accept(TunnelStream stream) {
        streams.add(stream);
        if (refuseWith != null) {
            stream.refuse(refuseWith, "dial tcp " + stream.address() + ": " + refuseWith.text());
        } else if (answers) {
            stream.accept(recorder);
        }
    }

    TunnelStream only() {
        if (streams.size() != 1) {
            throw new AssertionError("streams: " + streams.size());
        }
        return streams.get(0);
    }
}
