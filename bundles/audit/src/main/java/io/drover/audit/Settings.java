package io.drover.audit;

import java.time.Duration;

/**
 * What an administrator may choose.
 *
 * @param refuseWhenFull whether requests are refused while there is no room for their records, which are dropped and counted otherwise
 * @param fileBytes a file that is longer is followed by another
 * @param keepBytes the oldest files go when all together are longer
 * @param keepFor files go when the newest record in them is older
 */
record Settings(Level level, boolean refuseWhenFull, long fileBytes, long keepBytes, Duration keepFor) {}
