package ostler.agent.link;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What every conversation with the allocator needs of the program around it.
 *
 * @param pause between a call that failed and the next
 */
public record Line(Orders.Pause pause, RandomGenerator random, Consumer<String> log) {}
