package io.drover.gateway.proxy;

import io.drover.api.plane.PlaneServer;

/** An answer of the management plane that tells when it is over. */
interface PlaneAnswer extends PlaneServer.Reply {

    /** Calls {@code task} once, when the answer has ended in whatever way. */
    void onOver(Runnable task);
}
