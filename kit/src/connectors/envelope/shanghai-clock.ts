import { SHANGHAI_OFFSET_MS } from '@yichuang/schema';

/** A moment as the platform writes it: yyyyMMddHHmmssSSS in Asia/Shanghai. */
export function shanghaiDigits(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString().replace(/\D/g, '');
}

/** A moment as inf_time: yyyy-MM-dd HH:mm:ss in Asia/Shanghai. */
export function shanghaiText(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads yyyyMMddHHmmss or yyyyMMddHHmmssSSS in Asia/Shanghai; undefined for anything else. */
export function readShanghaiDigits(text: string): Date | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', millisecond = '000'] = match;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}+08:00`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
