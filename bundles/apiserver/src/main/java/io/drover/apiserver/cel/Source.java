package io.drover.apiserver.cel;

/** An expression's text, which can show a place in itself. */
record Source(String text) {

    /** The message, where it belongs, and the line with a caret under the place. */
    String explain(int at, String message) {
        int place = Math.min(at, text.length());
        int lineStart = text.lastIndexOf('\n', place - 1) + 1;
        int lineEnd = text.indexOf('\n', place);
        String line = text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd);
        long number =
                text.substring(0, lineStart).chars().filter(c -> c == '\n').count() + 1;
        int column = place - lineStart;
        return "ERROR: <input>:" + number + ":" + (column + 1) + ": " + message + "\n | " + line.replace('\t', ' ')
                + "\n | " + ".".repeat(column) + "^";
    }

    CelFailure failure(int at, String message) {
        return new CelFailure(explain(at, message));
    }
}
