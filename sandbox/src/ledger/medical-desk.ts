import { insuredRegisters } from './medical-registers.js';
import { OrderDesk } from './order-desk.js';
import type { Journal } from './journal.js';
import type { MedicalRegister } from '../systems/medical-register.js';

interface MedicalDeskOptions {
  readonly register: MedicalRegister;
  /** Where effects are kept across a restart; nowhere when absent. */
  readonly journal?: Journal;
}

/** The offices of 医保 in all provinces, behind the one national platform. */
export class MedicalDesk extends OrderDesk {
  readonly register: MedicalRegister;

  constructor({ register, ...more }: MedicalDeskOptions) {
    super({ registers: insuredRegisters(register), ...more });
    this.register = register;
  }
}
