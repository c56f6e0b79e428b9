package io.drover.apiserver.crash;

import io.drover.apiserver.crash.Operation.Kind;
import io.drover.apiserver.crash.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * Checks that operations could have happened one after the other, each at some moment between its begin and its end. Every key is a
 * register of its own, and its changes with their revisions say in which order it had which state: so a write has its place in that
 * order, a read has the state that it saw, and what is left to check is that no operation has an earlier place than one that had ended
 * before it began.
 */
final class Linearizability {

    /** Nothing has its place among the states of the key. */
    private static final int NOWHERE = -1;

    private final List<Change> states;
    private final Map<String, Integer> placeOfValue = new HashMap<>();
    private final Map<String, Integer> placeOfDeletion = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** @param states of one key, by revision; it begins absent */
    private Linearizability(List<Change> states) {
        this.states = states;
        for (int i = 0; i < states.size(); i++) {
            Change state = states.get(i);
            Integer other = state.value() == null
                    ? placeOfDeletion.put(state.uid(), i + 1)
                    : placeOfValue.put(state.value(), i + 1);
            if (other != null) {
                violations.add("Done twice: " + state);
            }
        }
    }

    /** Sentences about what can't have happened; none if all is well. */
    static List<String> violations(List<Operation> operations, List<Change> changes) {
        Map<String, List<Change>> states = changes.stream()
                .sorted(Comparator.comparingLong(Change::revision))
                .collect(Collectors.groupingBy(Change::key));
        List<String> violations = new ArrayList<>();
        operations.stream().collect(Collectors.groupingBy(Operation::key)).forEach((key, all) -> {
            Linearizability one = new Linearizability(states.getOrDefault(key, List.of()));
            one.check(all);
            violations.addAll(one.violations);
        });
        return violations;
    }

    private record Placed(int place, boolean change, long end) {}

    private void check(List<Operation> operations) {
        PriorityQueue<Placed> running = new PriorityQueue<>(Comparator.comparingLong(Placed::end));
        int lastChange = 0;
        int lastRead = 0;
        List<Operation> byBegin = operations.stream()
                .sorted(Comparator.comparingLong(Operation::begin))
                .toList();
        for (Operation operation : byBegin) {
            while (!running.isEmpty() && running.peek().end() < operation.begin()) {
                Placed ended = running.remove();
                if (ended.change()) {
                    lastChange = Math.max(lastChange, ended.place());
                } else {
                    lastRead = Math.max(lastRead, ended.place());
                }
            }
            boolean change = operation.kind() != Kind.READ;
            int earliest = Math.max(lastChange, lastRead) + (change ? 1 : 0);
            int place = place(operation, earliest);
            if (place == NOWHERE) {
                continue;
            }
            if (place < earliest) {
                violations.add("Out of order: state " + place + " when it had been " + (earliest - (change ? 1 : 0))
                        + " before: " + operation);
            }
            running.add(new Placed(Math.max(place, earliest), change, operation.end()));
        }
    }

    /** After how many changes of its key the operation happened. */
    private int place(Operation operation, int earliest) {
        if (operation.kind() == Kind.READ) {
            return operation.value() == null ? nextAbsence(operation, earliest) : seen(operation);
        }
        int place = operation.kind() == Kind.DELETE
                ? placeOfDeletion.getOrDefault(operation.uid(), NOWHERE)
                : placeOfValue.getOrDefault(operation.value(), NOWHERE);
        boolean happened = place != NOWHERE;
        if (operation.outcome() == Outcome.DONE && !happened) {
            violations.add("Acknowledged, but lost: " + operation);
        } else if (operation.outcome() == Outcome.REFUSED && happened) {
            violations.add("Refused, but done: " + operation);
        } else if (happened
                && operation.revision() != 0
                && states.get(place - 1).revision() != operation.revision()) {
            violations.add("Acknowledged with another revision than " + states.get(place - 1) + ": " + operation);
        }
        return place;
    }

    private int seen(Operation read) {
        Integer place = placeOfValue.get(read.value());
        if (place != null && states.get(place - 1).revision() == read.revision()) {
            return place;
        }
        violations.add("Read what never was: " + read);
        return NOWHERE;
    }

    /** The earliest moment is the right one to choose: it leaves most room to what follows. */
    private int nextAbsence(Operation read, int earliest) {
        for (int i = earliest; i <= states.size(); i++) {
            if (i == 0 || states.get(i - 1).value() == null) {
                return i;
            }
        }
        violations.add("Not found, though it was there: " + read);
        return NOWHERE;
    }
}
