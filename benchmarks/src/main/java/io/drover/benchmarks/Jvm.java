package io.drover.benchmarks;

import io.drover.benchmarks.Processes.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs of ours in a JVM of their own, with the options that the product gives them, and a look at their heap. */
final class Jvm {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

    private static final Pattern OPTION = Pattern.compile("-X(X:|m[nsx]|ss)[^\\s\"<]+");

    private Jvm() {}

    static Running start(List<String> options, Class<?> program, List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return Processes.start(command, log);
    }

    /** As the distribution's script starts the server. */
    static List<String> serverOptions(Path root) throws IOException {
        Path script = root.resolve("distribution/src/main/resources/bin/drover");
        return options(script, "default_java_options=\"[^\"]*\"", "(?s)nohup \"\\$java\".*?-classpath");
    }

    /** As the agent's image starts it. */
    static List<String> agentOptions(Path root) throws IOException {
        return options(root.resolve("agent/cluster-agent/pom.xml"), "(?s)<entrypoint>.*</entrypoint>");
    }

    private static List<String> options(Path file, String... parts) throws IOException {
        String text = Files.readString(file);
        List<String> options = new ArrayList<>();
        for (String part : parts) {
            Matcher found = Pattern.compile(part).matcher(text);
            if (!found.find()) {
                throw new IllegalStateException("No JVM options in " + file);
            }
            OPTION.matcher(found.group()).results().map(MatchResult::group).forEach(options::add);
        }
        return options;
    }

    /** Bytes of live objects, after a full collection: the least of three looks. */
    static long liveHeap(Running jvm) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            least = Math.min(
                    least,
                    total(Processes.output(
                            List.of("jcmd", "" + jvm.process().pid(), "GC.class_histogram"), Duration.ofSeconds(60))));
        }
        return least;
    }

    static long total(String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException("No total in the histogram: " + histogram);
        }
        return Long.parseLong(total.group(1));
    }
}
