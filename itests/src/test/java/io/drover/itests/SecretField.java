package io.drover.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A field that a kind, a provider's configuration, a driver's settings or an action's input marks as secret.
 *
 * @param record name of the record without its package, such as {@code UserHooks.SetPasswordInput}
 * @param type under which the record is served; empty for one that is part of another or no object
 */
record SecretField(String record, String type, String field) {

    private static final String PACKAGE = "io.drover.api.kind.";
    private static final String SECRET = PACKAGE + "Secret";
    private static final String MENTIONED = "L" + SECRET.replace('.', '/') + ";";

    @Override
    public String toString() {
        return record + "." + field;
    }

    /** All that are in our own bundles of the distribution, and in these jars. */
    static List<SecretField> all(Path... more) throws IOException {
        List<Path> jars = new ArrayList<>(List.of(more));
        try (Stream<Path> files = Files.walk(Distribution.HOME.resolve("system/io/drover"))) {
            files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        List<SecretField> found = new ArrayList<>();
        try (URLClassLoader bundles =
                new URLClassLoader(jars.stream().map(SecretField::url).toArray(URL[]::new), null)) {
            for (Path jar : jars) {
                for (String name : namesOfMarked(jar)) {
                    found.addAll(in(Class.forName(name, false, bundles)));
                }
            }
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /** The classes of a jar that mention the annotation; only these can be loaded without all that bundles import. */
    private static List<String> namesOfMarked(Path jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".class") && mentions(file, entry)) {
                    names.add(entry.getName().replaceFirst("[.]class$", "").replace('/', '.'));
                }
            }
        }
        return names;
    }

    private static boolean mentions(JarFile file, JarEntry entry) throws IOException {
        try (InputStream content = file.getInputStream(entry)) {
            return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1).contains(MENTIONED);
        }
    }

    private static List<SecretField> in(Class<?> marked) {
        if (!marked.isRecord()) {
            return List.of();
        }
        String record =
                marked.getName().substring(marked.getPackageName().length() + 1).replace('$', '.');
        return Arrays.stream(marked.getRecordComponents())
                .filter(component ->
                        annotation(component.getAnnotations(), SECRET).isPresent())
                .map(RecordComponent::getName)
                .map(field -> new SecretField(record, type(marked), field))
                .toList();
    }

    private static String type(Class<?> marked) {
        return annotation(marked.getAnnotations(), PACKAGE + "Rest")
                .map(rest -> {
                    try {
                        return (String) rest.annotationType().getMethod("type").invoke(rest);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                })
                .orElse("");
    }

    private static Optional<Annotation> annotation(Annotation[] annotations, String type) {
        return Arrays.stream(annotations)
                .filter(annotation -> annotation.annotationType().getName().equals(type))
                .findFirst();
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
