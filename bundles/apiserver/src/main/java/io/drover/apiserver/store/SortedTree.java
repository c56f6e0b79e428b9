package io.drover.apiserver.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** An immutable sorted map: a weight-balanced tree whose changes copy one path. */
final class SortedTree<V> {

    private static final int DELTA = 3;
    private static final int GAMMA = 2;

    private final Node<V> root;

    private SortedTree(Node<V> root) {
        this.root = root;
    }

    static <V> SortedTree<V> empty() {
        return new SortedTree<>(null);
    }

    /** @param sorted by key, each key once */
    static <V> SortedTree<V> of(List<V> sorted, Function<V, String> key) {
        return new SortedTree<>(node(sorted, key, 0, sorted.size()));
    }

    private static <V> Node<V> node(List<V> sorted, Function<V, String> key, int from, int to) {
        if (from == to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        V value = sorted.get(middle);
        return new Node<>(key.apply(value), value, node(sorted, key, from, middle), node(sorted, key, middle + 1, to));
    }

    V get(String key) {
        Node<V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    int size() {
        return size(root);
    }

    SortedTree<V> put(String key, V value) {
        return new SortedTree<>(put(root, key, value));
    }

    SortedTree<V> remove(String key) {
        return get(key) == null ? this : new SortedTree<>(remove(root, key));
    }

    /** How many keys are less than {@code key}. */
    int rank(String key) {
        int rank = 0;
        Node<V> node = root;
        while (node != null) {
            if (key.compareTo(node.key) <= 0) {
                node = node.left;
            } else {
                rank += size(node.left) + 1;
                node = node.right;
            }
        }
        return rank;
    }

    /** Values whose keys are at least {@code from} and less than {@code to}, in order. */
    Iterator<V> between(String from, String to) {
        Deque<Node<V>> path = new ArrayDeque<>();
        for (Node<V> node = root; node != null; ) {
            if (from.compareTo(node.key) <= 0) {
                path.push(node);
                node = node.left;
            } else {
                node = node.right;
            }
        }
        // Counted once: to compare each key with the end would cost more than all the rest.
        int count = rank(to) - rank(from);
        return new Iterator<>() {
            private int left = count;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public V next() {
                if (left <= 0) {
                    throw new NoSuchElementException();
                }
                left--;
                Node<V> next = path.pop();
                for (Node<V> node = next.right; node != null; node = node.left) {
                    path.push(node);
                }
                return next.value;
            }
        };
    }

    private static <V> Node<V> put(Node<V> node, String key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(key, value, node.left, node.right);
        }
        return order < 0
                ? balanced(node, put(node.left, key, value), node.right)
                : balanced(node, node.left, put(node.right, key, value));
    }

    private static <V> Node<V> remove(Node<V> node, String key) {
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balanced(node, remove(node.left, key), node.right);
        }
        if (order > 0) {
            return balanced(node, node.left, remove(node.right, key));
        }
        if (node.left == null) {
            return node.right;
        }
        if (node.right == null) {
            return node.left;
        }
        Node<V> successor = node.right;
        while (successor.left != null) {
            successor = successor.left;
        }
        return balanced(successor, node.left, remove(node.right, successor.key));
    }

    private static <V> Node<V> balanced(Node<V> middle, Node<V> left, Node<V> right) {
        int leftSize = size(left);
        int rightSize = size(right);
        if (leftSize + rightSize > 1) {
            if (rightSize > DELTA * leftSize) {
                if (size(right.left) < GAMMA * size(right.right)) {
                    return new Node<>(right, new Node<>(middle, left, right.left), right.right);
                }
                Node<V> top = right.left;
                return new Node<>(top, new Node<>(middle, left, top.left), new Node<>(right, top.right, right.right));
            }
            if (leftSize > DELTA * rightSize) {
                if (size(left.right) < GAMMA * size(left.left)) {
                    return new Node<>(left, left.left, new Node<>(middle, left.right, right));
                }
                Node<V> top = left.right;
                return new Node<>(top, new Node<>(left, left.left, top.left), new Node<>(middle, top.right, right));
            }
        }
        return new Node<>(middle, left, right);
    }

    private static int size(Node<?> node) {
        return node == null ? 0 : node.size;
    }

    private static final class Node<V> {
        final String key;
        final V value;
        final Node<V> left;
        final Node<V> right;
        final int size;

        Node(String key, V value, Node<V> left, Node<V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            this.size = 1 + size(left) + size(right);
        }

        Node(Node<V> same, Node<V> left, Node<V> right) {
            this(same.key, same.value, left, right);
        }
    }
}
