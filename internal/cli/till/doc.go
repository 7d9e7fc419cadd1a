// Package till has the commands at a point of sale: redeem, hold, and the agent of a
// till that cannot sign.
package till
