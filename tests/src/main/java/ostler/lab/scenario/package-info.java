/**
 * What the lab proves: one named scenario for each sentence, against a real kernel.
 *
 * <p>A new scenario is a {@link ostler.lab.scenario.Scenario} in the list of a small class here,
 * and that class in {@link ostler.lab.scenario.Scenarios}.
 */
package ostler.lab.scenario;
