package io.drover.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {

    @Test
    void doesAsAMapDoesWhateverIsAskedOfIt() {
        Random random = new Random(42);
        TreeMap<String, Integer> map = new TreeMap<>();
        SortedTree<Integer> tree = SortedTree.empty();
        for (int i = 0; i < 20_000; i++) {
            String key = Integer.toString(random.nextInt(3_000), 36);
            if (random.nextInt(3) == 0) {
                map.remove(key);
                tree = tree.remove(key);
            } else {
                map.put(key, i);
                tree = tree.put(key, i);
            }
            assertThat(tree.size()).isEqualTo(map.size());
            assertThat(tree.get(key)).isEqualTo(map.get(key));
            if (i % 500 == 0) {
                String from = Integer.toString(random.nextInt(3_000), 36);
                List<Integer> found = new ArrayList<>();
                tree.between(from, from + "zz").forEachRemaining(found::add);
                assertThat(found)
                        .containsExactlyElementsOf(map.subMap(from, from + "zz").values());
                assertThat(tree.rank(from)).isEqualTo(map.headMap(from).size());
            }
        }
    }

    @Test
    void changesLeaveEarlierTreesAlone() {
        SortedTree<Integer> before = SortedTree.<Integer>empty().put("a", 1).put("b", 2);
        SortedTree<Integer> after = before.put("a", 3).remove("b");

        assertThat(before.get("a")).isEqualTo(1);
        assertThat(before.get("b")).isEqualTo(2);
        assertThat(after.get("a")).isEqualTo(3);
        assertThat(after.get("b")).isNull();
    }

    @Test
    void growsInOrderWithoutGettingDeep() {
        SortedTree<Integer> tree = SortedTree.empty();
        for (int i = 0; i < 200_000; i++) {
            tree = tree.put(String.format("%08d", i), i);
        }
        assertThat(tree.rank("00100000")).isEqualTo(100_000);
    }
}
