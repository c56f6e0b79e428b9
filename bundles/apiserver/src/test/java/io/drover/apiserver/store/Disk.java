package io.drover.apiserver.store;

/** What becomes of a store's disk. */
public final class Disk {

    private Disk() {}

    /** From now on it takes nothing more. */
    public static void fill(Store store) {
        store.limitDisk(1);
    }

    public static void makeRoom(Store store) {
        store.limitDisk(1_000_000);
    }
}
