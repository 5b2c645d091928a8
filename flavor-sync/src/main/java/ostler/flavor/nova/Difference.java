package ostler.flavor.nova;

import java.util.Objects;

/**
 * One thing in which Nova and Ostler do not agree.
 *
 * @param about a host, an alias or a flavor
 * @param sentence what differs
 * @param next what to do about it
 */
public record Difference(Code code, String about, String sentence, String next) {

  /** Which difference; a code never changes its meaning. */
  public enum Code {
    /** A unit of which Nova may give no member. */
    DEVICE_NOT_OFFERED,
    /** A function that goes with an offered one of its card, and is not offered itself. */
    COMPANION_NOT_OFFERED,
    /** A group of which a part is offered and another card is not. */
    GROUP_NOT_VIABLE,
    /** Nova may give away what Ostler does not manage, and so never cleans. */
    UNMANAGED_DEVICE_OFFERED,
    /** A device_spec without a device. */
    SPEC_MATCHES_NOTHING,
    /** A device_spec by a network interface, whose address only its host knows. */
    DEVNAME_NOT_CHECKED,
    /** With report_in_placement, nova-compute refuses to start over each of the next three. */
    FUNCTION_OFFERED_WITH_ITS_PARENT,
    MIXED_RESOURCE_CLASS,
    MIXED_TRAITS,
    /** A one_time_use said of virtual functions, over which nova-compute fails. */
    ONE_TIME_USE_ON_FUNCTION,
    /** A remote_managed said of a physical function, over which nova-compute refuses to start. */
    REMOTE_MANAGED_ON_PARENT,
    /** An alias of Nova's without a device. */
    ALIAS_MATCHES_NOTHING,
    /** Nova has an alias for managed devices of which Ostler knows nothing. */
    ALIAS_ONLY_IN_NOVA,
    /** Ostler has an alias of which Nova knows nothing. */
    ALIAS_ONLY_IN_OSTLER,
    /** The two aliases of one name mean different units. */
    ALIAS_MEANS_OTHER_UNITS,
    /** The two aliases of one name have different policies. */
    NUMA_POLICY_DIFFERS,
    /** Ostler would count a companion as a unit of its own. */
    COMPANION_COUNTED_TWICE,
    /** A flavor by an alias that Nova does not have, with which no server boots. */
    FLAVOR_NAMES_NO_ALIAS,
    /** A flavor that asks for a device and not as often for what goes with it, or more often. */
    FLAVOR_WITHOUT_COMPANION,
    /** A flavor that asks for more than any host has. */
    FLAVOR_NEVER_FITS,
    /** A flavor that asks for more than any project may have. */
    FLAVOR_OVER_QUOTA,
    /** A flavor that goes to Placement by itself, past Ostler's quota. */
    FLAVOR_PAST_OSTLER,
    /** An alias of Ostler's that cannot be written as one of Nova's. */
    ALIAS_NOT_WRITABLE
  }

  public Difference {
    Objects.requireNonNull(code);
    Objects.requireNonNull(about);
    Objects.requireNonNull(sentence);
    Objects.requireNonNull(next);
  }
}
