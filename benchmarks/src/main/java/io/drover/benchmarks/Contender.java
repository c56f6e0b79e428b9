package io.drover.benchmarks;

import io.drover.benchmarks.Load.Target;
import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One way to the back end: a local TCP port, and the processes behind it; none for the back end itself. */
record Contender(String name, int port, List<Running> parts) implements AutoCloseable {

    Target target(String path, Map<String, String> headers) {
        return new Target(name, url(path), headers, () -> cpu().toNanos());
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Resident memory of all its processes, in MiB. */
    double residentMiB() throws IOException {
        double sum = 0;
        for (long pid : processes().mapToLong(ProcessHandle::pid).toArray()) {
            sum += Processes.residentMiB(pid);
        }
        return sum;
    }

    /** What its processes have used of the processors so far. */
    Duration cpu() {
        return processes()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private Stream<ProcessHandle> processes() {
        return parts.stream()
                .map(part -> part.process().toHandle())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
    }

    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }
}
