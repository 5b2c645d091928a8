package ostler.flavor;

/** Which of the hosts that could serve a request is the better one. */
public enum HostOrder {
  /** Where the least is left afterwards, so that whole hosts and islands stay whole. */
  PACK,
  /** Where the most is left afterwards. */
  SPREAD
}
